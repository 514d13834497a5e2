;; wlrbuild lint --runtime wasmedge
;; error: _start has the type (i32) and has to have (): calling it goes wrong
(module
  (memory (export "memory") 1)
  (func (export "_start") (param i32))
)
