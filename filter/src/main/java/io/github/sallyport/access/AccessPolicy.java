package io.github.sallyport.access;

import io.github.sallyport.Caller;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application's own rule for the methods that it guards by {@code @Guarded}: who may do what to
 * what. A CDI bean, asked before each call, by many threads at once.
 */
@FunctionalInterface
public interface AccessPolicy {

  /**
   * Tells whether this call may go on. What it throws goes to the method's caller, and the method
   * is not called.
   *
   * @param caller who calls; always authenticated
   * @param method what is called, as its class declares it
   * @param arguments of the call, in order; nobody can change this list, and it stays what it is
   *     should an interceptor behind change the call's
   */
  boolean permits(Caller caller, Method method, List<@Nullable Object> arguments);
}
