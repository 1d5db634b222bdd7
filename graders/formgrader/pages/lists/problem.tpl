<!DOCTYPE html>
<html lang="{{ texts.grading | first }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ texts.grading[texts.grading | first] }}</title>
</head>
<body>
<main>
  <h1>{{ texts.grading[texts.grading | first] }}</h1>
  {%- for language in texts.grading %}
  <p lang="{{ language }}">{{ texts.problem[language] }}</p>
  {%- endfor %}
  <pre style="white-space: pre-wrap">{{ problem }}</pre>
</main>
</body>
</html>
