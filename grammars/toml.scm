; Roles of TOML's nodes. The last capture of a pattern names the role of its outermost node;
; where two patterns fit one node, the first wins.

(document) @document
[(table) (table_array_element)] @table

; Keys
[(bare_key) (quoted_key) (dotted_key)] @key

; What holds others
(pair) @pair
(inline_table) @mapping
(array) @sequence

; Texts, and what is none
(string) @text
[
  (integer) (float) (boolean) (offset_date_time) (local_date_time) (local_date) (local_time)
] @plain
