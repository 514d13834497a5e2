;; wlrbuild lint --runtime wazero
;; error: a second memory uses multimemory, which the runtime does not have
(module
  (memory (export "memory") 1)
  (memory $second 1)
  (func (export "_start")
    (drop (memory.size $second))))
