{%- extends 'nbgrader/manage_submissions.tpl' -%}

{%- block messages -%}
<div class="kasuslab-note">
  {%- for language in texts.grading %}
  <p lang="{{ language }}">{{ texts.submissions_note[language] }}</p>
  {%- endfor %}
</div>
{%- endblock -%}
