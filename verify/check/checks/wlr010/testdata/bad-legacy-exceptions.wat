;; wlrbuild lint --runtime wasmedge@0.14.1
;; warning: try uses legacy-exceptions, which --enable-exception-handling turns on
;;   Note: interpreted only.
(module
  (tag $error)
  (memory (export "memory") 1)
  (func (export "_start")
    try
      throw $error
    catch $error
    end))
