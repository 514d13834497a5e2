;; wlrbuild lint --runtime wasmedge
;; warning: longjmp is called, and its body is only a trap
(module
  (memory (export "memory") 1)
  (func $longjmp
    unreachable)
  (func $_start (export "_start")
    call $longjmp))
