; Roles of the shell's syntax. The last capture of a pattern names the role of its outermost node;
; where two patterns fit one node, the first wins.

; Words
[
  (word) (number) (test_operator) (file_descriptor) (string_content) (brace_expression) (heredoc_content)
] @literal
[(regex) (extglob_pattern)] @literal.pattern
(raw_string) @literal.raw
(ansi_c_string) @literal.ansi
(string) @literal.quoted
(translated_string) @literal.translated
[(concatenation) (command_name)] @literal.joined
[(variable_name) (special_variable_name)] @name
(simple_expansion) @variable
(expansion) @expansion
(command_substitution) @substitution
(process_substitution) @process
[(arithmetic_expansion) (binary_expression) (unary_expression) (ternary_expression) (postfix_expression)] @arithmetic
(subscript) @index
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
(compound_statement) @compound
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
