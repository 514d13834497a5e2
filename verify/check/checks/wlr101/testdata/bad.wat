;; wlrbuild lint --runtime wasmedge
;; error: a call of strlcpy meets a trap: it was declared as (i32 i32) -> i32, and is defined otherwise
(module
  (memory (export "memory") 1)
  (func $signature_mismatch:strlcpy (param i32 i32) (result i32)
    unreachable)
  (func (export "_start")
    (drop (call $signature_mismatch:strlcpy (i32.const 0) (i32.const 0)))))
