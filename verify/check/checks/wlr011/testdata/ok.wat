;; wlrbuild lint --runtime wasmedge@0.17.1 --aot
(module
  (memory (export "memory") 1)
  (func $next)
  (func (export "_start")
    return_call $next))
