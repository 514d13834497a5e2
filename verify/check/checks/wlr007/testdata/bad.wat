;; wlrbuild lint --runtime wasmedge
;; error: it exports no function _start, so it cannot be started as a program
(module
  (memory (export "memory") 1)
  (func (export "main"))
)
