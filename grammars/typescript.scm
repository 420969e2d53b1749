; Roles of TypeScript's and JavaScript's syntax, for the typescript and the tsx grammar alike: kinds
; that only one of them has (JSX, `<T>x`) are named in the lowering. What is marked `chain` gets its
; captures there: thousands of patterns that wait for their right side take quadratic time. The last
; capture of a pattern names the role of its outermost node; where two patterns fit one node, the
; first wins.

; Values
(string) @literal
(number) @literal
(template_string) @template
(regex) @regex
[
  (identifier)
  (this)
  (super)
  (import)
  (meta_property)
  (private_property_identifier)
  (shorthand_property_identifier)
  (shorthand_property_identifier_pattern)
] @name
(binary_expression) @chain.binary
(unary_expression operator: ["!" "typeof"]) @compare
(ternary_expression condition: (_) @condition consequence: (_) @first alternative: (_) @second) @ternary
(sequence_expression) @sequence
(member_expression) @chain.field
(nested_identifier object: (_) @base property: (_) @name) @field
(subscript_expression) @chain.index
(call_expression) @chain.call
(new_expression constructor: (_) @function arguments: (_)? @arguments) @call
(spread_element (_) @value) @spread
(object) @record
(pair key: (_) @key value: (_) @value) @pair
(array) @list
(arrow_function parameters: (_) @parameters body: (_) @body) @lambda
(arrow_function parameter: (_) @parameters body: (_) @body) @lambda
(function_expression name: (_)? @name parameters: (_) @parameters body: (_) @body) @lambda
(generator_function name: (_)? @name parameters: (_) @parameters body: (_) @body) @lambda
(class) @class.value
(parenthesized_expression (_) @value) @transparent
(await_expression (_) @value) @transparent
(yield_expression (_) @value) @yield
(non_null_expression (_) @value) @transparent
(as_expression . (_) @value) @transparent
(satisfies_expression . (_) @value) @transparent
(instantiation_expression . (_) @value) @transparent

; Assignments
(variable_declaration (variable_declarator name: (_) @target value: (_)? @value) @declaration.var)
(variable_declarator name: (_) @target value: (_)? @value) @declaration
(assignment_expression left: (_) @target right: (_) @value) @bind
(augmented_assignment_expression left: (_) @target operator: _ @operator right: (_) @value) @augmented
(object_pattern) @pattern.object
(array_pattern) @list
(assignment_pattern left: (_) @target right: (_) @value) @pattern.default
(object_assignment_pattern left: (_) @target right: (_) @value) @pattern.default
(pair_pattern key: (_) @key value: (_) @value) @pair
(rest_pattern (_) @value) @spread

; Definitions
(function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(generator_function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(method_definition name: (_) @name parameters: (_) @parameters body: (_) @body) @method
[(class_declaration) (abstract_class_declaration)] @class
(public_field_definition name: (_) @target value: (_)? @value) @member
(class_static_block body: (_) @body) @scope
(enum_declaration name: (_) @target body: (_) @value) @enum
[(internal_module body: (_) @body) (module body: (_) @body)] @namespace
(import_statement) @import
(import_alias . (_) @target . (_) @value) @alias
(export_statement) @export
[
  (interface_declaration)
  (type_alias_declaration)
  (ambient_declaration)
  (function_signature)
  (method_signature)
  (abstract_method_signature)
  (index_signature)
  (type_annotation)
  (type_arguments)
  (type_parameters)
  (object_type)
] @skip

; Control
(return_statement (_)? @value) @return
(throw_statement (_) @value) @leave
[(break_statement) (continue_statement)] @leave
(if_statement condition: (_) @guard consequence: (_) @body alternative: (else_clause (_) @alternative)?) @branch
(switch_statement value: (_) @value body: (_) @body) @switch
(for_statement) @loop.counted
(for_in_statement left: (_) @target operator: _ @operator right: (_) @value body: (_) @body) @loop.each
(while_statement condition: (_) @guard body: (_) @body) @loop
(do_statement body: (_) @body condition: (_) @guard) @loop
(try_statement body: (_) @body) @try
(catch_clause parameter: (_)? @target body: (_) @body) @except
(finally_clause body: (_) @body) @finally
(labeled_statement) @nested
(statement_block) @block
(expression_statement) @nested
(lexical_declaration) @nested
(variable_declaration) @nested
