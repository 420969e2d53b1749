<?php
$x = "/tmp/foo";
log_dir = /tmp/bar/log $x
