;; wlrbuild lint --runtime wasmedge
;; error: a call of free_list as (i32) -> i32 meets a trap
(module
  (memory (export "memory") 1)
  (func $.Lfree_list_bitcast_invalid (param i32) (result i32)
    unreachable)
  (func (export "_start")
    (drop (call $.Lfree_list_bitcast_invalid (i32.const 0)))))
