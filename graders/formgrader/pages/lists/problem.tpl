<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ texts.grading.id }}</title>
</head>
<body>
<main>
  <h1>{{ texts.grading.id }}</h1>
  <p>{{ texts.problem.id }}</p>
  <p lang="en">{{ texts.problem.en }}</p>
  <pre style="white-space: pre-wrap">{{ problem }}</pre>
</main>
</body>
</html>
