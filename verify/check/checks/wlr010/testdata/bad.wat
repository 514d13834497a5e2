;; wlrbuild lint --runtime wasmedge@0.14.1
;; warning: return_call uses tail-call, which --enable-tail-call turns on
(module
  (memory (export "memory") 1)
  (func $next)
  (func (export "_start")
    return_call $next))
