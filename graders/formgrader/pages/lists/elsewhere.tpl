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
  <p lang="{{ language }}">{{ texts.elsewhere[language].format(folder=folder, course=course) }}</p>
  {%- endfor %}
</main>
</body>
</html>
