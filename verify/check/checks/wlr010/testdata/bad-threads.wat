;; wlrbuild lint --runtime wasmedge
;; warning: a shared memory uses threads, which --enable-threads turns on
(module
  (memory (export "memory") 1 1 shared)
  (func (export "_start")
    (drop (i32.atomic.load (i32.const 0)))))
