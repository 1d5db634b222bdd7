{%- extends 'nbgrader/manage_assignments.tpl' -%}
{#- nbgrader's instructions are for a course of any kind, in English alone; these are for a course of the lab. -#}

{%- block messages -%}
<div class="kasuslab-note">
  {%- for language in texts.grading %}
  <p lang="{{ language }}">{{ texts.assignments_note[language] }}</p>
  {%- endfor %}
</div>
{%- endblock -%}
