;; wlrbuild lint --runtime wasmedge@0.14.1
;; warning: call_ref uses function-references, which --enable-function-reference turns on
(module
  (type $callee (func))
  (memory (export "memory") 1)
  (elem declare func $next)
  (func $next)
  (func (export "_start")
    (call_ref $callee (ref.func $next))))
