; Roles of Python's syntax. The last capture of a pattern names the role of its outermost node;
; where two patterns fit one node, the first wins.

; Values
(string) @literal
(concatenated_string) @literal
(integer) @literal
(identifier) @name
(binary_operator left: (_) @left operator: "+" right: (_) @right) @concat
(binary_operator left: (_) @left operator: "/" right: (_) @right) @path_join
(binary_operator left: (_) @left operator: "%" right: (_) @right) @format
(boolean_operator left: (_) @choice operator: "or" right: (_) @choice) @either
(boolean_operator left: (_) @guard operator: "and" right: (_) @value) @both
(conditional_expression) @conditional
(comparison_operator) @compare
(not_operator) @compare
(attribute object: (_) @base attribute: (identifier) @name) @field
(subscript value: (_) @base subscript: (_) @key) @index
(call function: (_) @function arguments: (_) @arguments) @call
(keyword_argument name: (identifier) @name value: (_) @value) @keyword
[(list_splat (_) @value) (list_splat_pattern (_) @value)] @spread
(dictionary_splat (_) @value) @spread
(dictionary) @record
(pair key: (_) @key value: (_) @value) @pair
[(list) (tuple) (set) (expression_list)] @list
[(list_comprehension) (set_comprehension) (generator_expression) (dictionary_comprehension)] @comprehension
(if_clause (_) @value) @transparent
(for_in_clause left: (_) @target right: (_) @value) @each
(lambda parameters: (lambda_parameters)? @parameters body: (_) @body) @lambda
(parenthesized_expression (_) @value) @transparent
(await (_) @value) @transparent
(type) @annotation

; Assignments
(assignment left: (_) @target right: (_) @value) @bind
(assignment left: (_) @target !right) @declared
(named_expression name: (_) @target value: (_) @value) @bind
(augmented_assignment left: (_) @target operator: "+=" right: (_) @value) @augmented
(augmented_assignment left: (_) @target operator: "/=" right: (_) @value) @augmented.path
[(pattern_list) (tuple_pattern) (list_pattern)] @pattern
(global_statement (identifier) @name) @global
(nonlocal_statement (identifier) @name) @global

; Definitions
(decorated_definition
  (decorator (_) @decorator)*
  definition: (function_definition name: (_) @name parameters: (_) @parameters body: (_) @body)) @function
(function_definition name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(decorated_definition
  (decorator (_) @decorator)*
  definition: (class_definition name: (_) @name superclasses: (argument_list ((_) @base ","?)*)? body: (_) @body)) @class
(class_definition name: (_) @name superclasses: (argument_list ((_) @base ","?)*)? body: (_) @body) @class
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @skip
(type_alias_statement) @skip

; Control
(return_statement (_)? @value) @return
(yield (_) @value) @return
(yield) @pause
(raise_statement . (_)? @value cause: (_)? @value) @leave
[(break_statement) (continue_statement)] @leave
(if_statement condition: (_) @guard consequence: (_) @body alternative: (_)* @alternative) @branch
(elif_clause condition: (_) @guard consequence: (_) @body) @arm
(else_clause body: (_) @body) @arm
(match_statement subject: (_) @guard body: (block alternative: (case_clause)* @alternative)) @branch
(case_clause guard: (if_clause (_) @guard)? consequence: (_) @body) @arm
(for_statement left: (_) @target right: (_) @value body: (_) @body alternative: (_)? @body) @loop.each
(while_statement condition: (_) @guard body: (_) @body alternative: (_)? @body) @loop
(try_statement body: (_) @body) @try
(except_clause (block) @body) @except
(finally_clause (block) @body) @finally
(with_statement (with_clause) @resource body: (_) @body) @with
(as_pattern (_) @value alias: (as_pattern_target (_) @target)) @as
(expression_statement) @nested
