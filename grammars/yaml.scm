; Roles of YAML's nodes. The last capture of a pattern names the role of its outermost node;
; where two patterns fit one node, the first wins.

(stream) @stream
(document) @document

; What holds others
[(block_mapping) (flow_mapping)] @mapping
[(block_sequence) (flow_sequence)] @sequence
[(block_mapping_pair) (flow_pair)] @pair
(block_sequence_item) @item
(block_node) @wrapped
(flow_node) @wrapped

; Scalars
(plain_scalar) @plain
(single_quote_scalar) @quoted
(double_quote_scalar) @escaped
(block_scalar) @block

; Anchors
(anchor) @anchor
(alias) @alias
