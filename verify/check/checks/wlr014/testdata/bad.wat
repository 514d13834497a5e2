;; wlrbuild lint --runtime wasmedge
;; the last 3 bytes are cut off
;; error: the code section: it has 4 bytes, and the file 1 more
;; error: the code section: 1 items in 0 bytes
(module
  (memory (export "memory") 1)
  (func (export "_start"))
)
