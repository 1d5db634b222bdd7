{#- nbgrader's own page takes its parts from a file that is not there, and so answers with an error. -#}
<!DOCTYPE html>
<html lang="{{ texts.grading | first }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ texts.grading[texts.grading | first] }}</title>
<link rel="stylesheet" href="{{ resources.base_url }}/formgrader/kasuslab/static/reflection.css">
</head>
<body>
<main class="container">
  {%- for language in texts.grading %}
  <p lang="{{ language }}">{{ texts.missing[language] }}
    <a href="{{ resources.base_url }}/formgrader/manage_submissions/{{ resources.assignment_id | urlencode }}">Manage Submissions</a></p>
  {%- endfor %}
</main>
</body>
</html>
