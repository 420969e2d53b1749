; Roles of JSON's nodes, as the grammar of TSX sees them: JSON, JSON with comments and JSON5 are all
; expressions of ECMAScript. The last capture of a pattern names the role of its outermost node;
; where two patterns fit one node, the first wins.

(program) @document
(parenthesized_expression) @wrapped

; What holds others
[(object) (object_pattern)] @mapping
(pair) @pair
[(array) (array_pattern)] @sequence

; Texts, and what is none: numbers, true, false, null, names
(string) @text
(template_string) @text
[(property_identifier) (identifier) (number) (true) (false) (null) (undefined) (unary_expression)] @plain
