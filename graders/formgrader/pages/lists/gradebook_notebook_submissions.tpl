{%- extends 'nbgrader/gradebook_notebook_submissions.tpl' -%}
{#- The list of formgrader, without the buttons that would show names: the server does not send any. -#}

{%- block head -%}
{{ super() }}
<link rel="stylesheet" href="{{ base_url }}/formgrader/kasuslab/static/list.css">
{%- endblock -%}

{%- block messages -%}
<div class="kasuslab-note">
  {%- for language in texts.grading %}
  <p lang="{{ language }}">{{ texts.list_note[language] }}
    <a href="{{ base_url }}/formgrader/kasuslab/reflections/{{ assignment_id | urlencode }}/{{ notebook_id | urlencode }}">{{ texts.read_reflections[language] }}</a></p>
  {%- endfor %}
</div>
{%- endblock -%}
