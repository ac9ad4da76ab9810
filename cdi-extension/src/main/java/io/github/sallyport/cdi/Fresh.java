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
 * Lets a method be called only on behalf of a user who has just logged in, as {@link
 * io.github.sallyport.Caller#requireFresh} does: by the token's {@code auth_time}, else its {@code
 * iat}. Everybody else is told to have the user log in again (RFC 9470 section 3), as is an
 * application without a user, which has no login.
 *
 * <p>It stands where {@link Secured} does, by the same rules, and beside it: what each of the two
 * says nearest to the method holds. Alone it asks for nothing else.
 */
@Documented
@Inherited
// The binding of the one interceptor: it stands here for the container alone.
@Secured
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Fresh {

  /** How long ago the login may be, itself included: an ISO-8601 duration, as {@code PT5M}. */
  @Nonbinding
  String value();
}
