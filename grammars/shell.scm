; Roles of the shell's syntax. The last capture of a pattern names the role of its outermost node;
; where two patterns fit one node, the first wins.

; Words
[
  (word) (number) (regex) (extglob_pattern) (test_operator) (file_descriptor)
  (raw_string) (ansi_c_string) (string) (translated_string) (string_content)
  (concatenation) (brace_expression) (command_name) (heredoc_content)
] @literal
[(variable_name) (special_variable_name)] @name
(simple_expansion) @variable
(expansion) @expansion
(command_substitution) @substitution
(process_substitution) @process
[(arithmetic_expansion) (binary_expression) (unary_expression) (ternary_expression) (postfix_expression)] @arithmetic
(subscript name: (_) @base index: (_) @key) @index
(array) @list
(heredoc_body) @document

; Commands
[
  (command) (test_command) (unset_command) (negated_command)
  (pipeline) (list) (redirected_statement)
] @run
[(file_redirect) (herestring_redirect) (heredoc_redirect)] @redirect

; Assignments
(variable_assignment) @bind
(variable_assignments) @nested
(declaration_command) @declaration

; Control
(compound_statement . "((") @evaluated
(compound_statement) @nested
(do_group) @nested
(else_clause) @nested
(subshell) @subshell
(if_statement) @branch
(case_statement) @case
(case_item) @case.item
(while_statement) @while
(for_statement) @loop.each
(c_style_for_statement) @loop.counted
(function_definition) @function
