;; wlrbuild lint --runtime wasmedge@0.17.1
;; error: try uses legacy-exceptions, which the runtime does not have
(module
  (tag $error (param i32))
  (memory (export "memory") 1)
  (func (export "_start")
    try
      i32.const 1
      throw $error
    catch $error
      drop
    end))
