; Roles of the instructions of a Dockerfile. The last capture of a pattern names the role of its
; outermost node; where two patterns fit one node, the first wins.

(from_instruction (image_spec name: (_) @base)) @stage

; What is built
(run_instruction) @run
[(copy_instruction) (add_instruction)] @copy
(workdir_instruction) @operands
(volume_instruction) @operands
(onbuild_instruction) @later

; Variables
(env_instruction) @variables
(arg_instruction) @variables
(env_pair name: (_) @name value: (_) @value) @environment
(arg_pair name: (_) @name default: (_) @value) @argument

; What runs
(cmd_instruction) @process
(entrypoint_instruction) @process
(healthcheck_instruction) @check

; Parts
(mount_param) @mount
(param) @option
(path) @path
(json_string_array) @words
(json_string) @word
(shell_command) @command
(heredoc_marker) @marker
(heredoc_block (heredoc_content) @text) @document
[(line_continuation) (comment)] @gap
