;; wlrbuild lint --runtime wasmedge
;; note: func[0] is called or in a table, has no name, and its body is only a trap
(module
  (memory (export "memory") 1)
  (func
    unreachable)
  (func (export "_start")
    call 0))
