package io.github.sallyport.cdi;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/** Asks the gate before a secured method, and before any transaction of it begins. */
@Secured
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class SecuredInterceptor {

  @AroundInvoke
  Object ask(InvocationContext call) throws Exception {
    Gate.pass(call.getTarget().getClass(), call.getMethod());
    return call.proceed();
  }
}
