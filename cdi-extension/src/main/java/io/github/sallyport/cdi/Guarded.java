package io.github.sallyport.cdi;

import io.github.sallyport.access.AccessPolicy;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a method be called only if policies of the application permit this very call. Each is a CDI
 * bean of the named type; one that is not there, or there more than once, fails the deployment.
 *
 * <p>It stands where {@link Secured} does, by the same rules, and beside it: what each of the two
 * says nearest to the method holds, and policies are asked last. Alone it asks for an authenticated
 * caller, too. On a JAX-RS resource that is no CDI bean nothing but the request tells of the
 * arguments: so all of a guarded method's parameters have to be of its path, query, headers,
 * cookies or matrix there, and of types that are made of one text; else the deployment fails.
 */
@Documented
@Inherited
// The binding of the one interceptor: it stands here for the container alone.
@Secured
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Guarded {

  /** All of them have to permit the call; at least one. They are asked in this order. */
  @Nonbinding
  Class<? extends AccessPolicy>[] value();
}
