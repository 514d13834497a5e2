;; wlrbuild lint --runtime wasmedge@0.14.1
;; warning: a structure or array type uses gc, which --enable-gc turns on
(module
  (type $pair (struct (field i32) (field i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (struct.get $pair 0 (struct.new $pair (i32.const 1) (i32.const 2))))))
