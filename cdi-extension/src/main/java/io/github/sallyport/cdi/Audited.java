package io.github.sallyport.cdi;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has audit told of each call of a method, as one event: by whom, in which request, and whether he
 * was let in ({@code allowed}), was not ({@code refused}, with the code), or was, and the method
 * threw ({@code failed}, with the exception's class).
 *
 * <p>It stands where {@link Secured} does, with it or without, and the nearest to a method holds by
 * the same rules. Where audit has no room for the event the method is not called, and the client is
 * answered 503. On a JAX-RS resource that is no CDI bean, what an {@code ExceptionMapper} of the
 * application answers counts: 500 and above is {@code failed}.
 *
 * <p>As {@link Secured} it can't be enforced on private, static and final methods, in final
 * classes, and in classes that are neither bean nor resource: there it fails the deployment.
 */
@Documented
@Inherited
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Audited {

  /** What the event calls it, as {@code order.cancelled}: at most 64 characters. */
  @Nonbinding
  String value() default "method.called";
}
