;; wlrbuild lint --runtime wasmedge
;; note: it is a reactor: it exports _initialize and no _start, so it cannot be started as a program
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
)
