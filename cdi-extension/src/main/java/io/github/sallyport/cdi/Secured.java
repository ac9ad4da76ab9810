package io.github.sallyport.cdi;

import io.github.sallyport.CredentialKind;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a method be called only on behalf of a caller who brings what is named here.
 *
 * <p>It stands on CDI beans and JAX-RS resources, on what these extend and implement, on their
 * stereotypes, and on methods. Of all that stands there the nearest to the called method holds, and
 * replaces the rest:
 *
 * <ol>
 *   <li>what stands on the method, as the class of the object has it;
 *   <li>what stands on a method that it overrides or implements: in the nearest superclass, then in
 *       interfaces;
 *   <li>what stands on the class of the object, on the nearest superclass, then on interfaces; it
 *       speaks of all methods, also of those that the class inherits;
 *   <li>what stands on a stereotype of the class, of superclasses, of interfaces.
 * </ol>
 *
 * <p>Of two interfaces that one which extends the other is nearer. Where equally near ones say
 * different things the deployment fails. {@link Guarded} and {@link Fresh} stand beside it and are
 * found by the same rules, each by itself.
 *
 * <p>Empty members ask for nothing: {@code @Secured} alone lets in every authenticated caller. A
 * refused call throws {@link io.github.sallyport.RefusedException} before any transaction begins,
 * and the client gets the answer that the filter itself gives. Where no Sallyport stood on the way
 * (a URL that its filter is not mapped to, a timer, a message) nobody is let in.
 *
 * <p>It can't be enforced on private, static, final and default methods, in final classes, and in
 * classes that are neither bean nor resource: there it fails the deployment, as do members that
 * nobody can have meant. A call of a method by its own object does not pass an interceptor; use
 * {@link io.github.sallyport.Caller#require} there.
 */
@Documented
@Inherited
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Secured {

  /** All of them are needed (RFC 6749 section 3.3). */
  @Nonbinding
  String[] scopes() default {};

  /** Any of them is needed; none: no role is. */
  @Nonbinding
  String[] roles() default {};

  /**
   * The kinds of credential let in; none: all. {@code API_KEY} and {@code BEARER} also let in a
   * request that shows both; {@code BOTH} alone demands both.
   */
  @Nonbinding
  CredentialKind[] credentials() default {};
}
