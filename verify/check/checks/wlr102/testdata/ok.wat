;; wlrbuild lint --runtime wasmedge
(module
  (memory (export "memory") 1)
  (func $free_list (param i32) (result i32)
    unreachable)
  (func (export "_start")
    (drop (call $free_list (i32.const 0)))))
