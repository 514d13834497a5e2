;; wlrbuild lint --runtime wasmedge@0.14.1 --runtime wazero --runtime node
;; error: a memory with 64-bit addresses uses memory64, which the runtime does not have (wasmedge 0.14.1, wazero 1.12.0, node 20.20.2)
(module
  (memory (export "memory") i64 1)
  (func (export "_start")
    (drop (i32.load (i64.const 0)))))
