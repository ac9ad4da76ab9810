package io.github.sallyport.cdi;

import io.github.sallyport.RefusedException;
import io.github.sallyport.audit.AuditedRequest.Access;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;

/** Tells audit how a call ended, outside of the gate and of any transaction. */
@Audited
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 90)
class AuditedInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @AroundInvoke
  Object tell(InvocationContext call) throws Exception {
    Access access = AuditedCall.begin(call.getTarget().getClass(), call.getMethod());
    Object result;
    try {
      result = call.proceed();
    } catch (RefusedException e) {
      access.refuse(e.refused());
      throw e;
    } catch (Exception | Error e) {
      access.fail(e);
      throw e;
    }
    access.allow();
    return result;
  }
}
