package io.github.sallyport.cdi;

import io.github.sallyport.CredentialKind;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.interceptor.Interceptor;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

/**
 * Has CDI put our interceptors before all that an annotation of ours speaks of: CDI alone would not
 * where it stands on an interface or on a method that is overridden, or is JSR-250's.
 */
final class Bindings {
  /** All that has the one interceptor stand before a method, whatever else it says. */
  private static final List<Class<? extends Annotation>> ASKING =
      List.of(Secured.class, Guarded.class, Fresh.class);

  private static final Annotation SECURED = new SecuredLiteral();
  private static final Annotation AUDITED = new AuditedLiteral();

  private Bindings() {}

  /**
   * Looks at a class.
   *
   * @return whether any of ours speaks of it
   */
  static boolean add(ProcessAnnotatedType<?> event, Demands demands) {
    Class<?> type = event.getAnnotatedType().getJavaClass();
    // An interceptor that names one of ours is bound to it, and never secured by it.
    if (type.isAnnotation() || type.isAnnotationPresent(Interceptor.class)) return false;
    boolean words = demands.jsr250() && SecuredUse.carries(type, Jsr250.WORDS);
    if (!words && !SecuredUse.carriesAny(type)) return false;
    demands.add(type);
    event
        .configureAnnotatedType()
        .methods()
        .forEach(
            method -> {
              if (isMissing(type, method.getAnnotated(), ASKING)
                  || (words && isMissingWord(type, method.getAnnotated()))) {
                method.add(SECURED);
              }
              if (isMissing(type, method.getAnnotated(), List.of(Audited.class))) {
                method.add(AUDITED);
              }
            });
    return true;
  }

  /** Tells whether CDI has our interceptor stand before a method without being told by us. */
  static boolean isNative(Class<?> type, Method method) {
    return ASKING.stream()
        .anyMatch(a -> method.isAnnotationPresent(a) || type.isAnnotationPresent(a));
  }

  /** Tells whether one of these speaks of a method, and none stands where CDI itself looks. */
  private static boolean isMissing(
      Class<?> type, AnnotatedMethod<?> annotated, List<Class<? extends Annotation>> asked) {
    Method method = annotated.getJavaMember();
    return isSeen(method)
        && asked.stream()
            .noneMatch(a -> annotated.isAnnotationPresent(a) || type.isAnnotationPresent(a))
        && asked.stream().anyMatch(a -> Nearest.find(a, type, method).isPresent());
  }

  private static boolean isMissingWord(Class<?> type, AnnotatedMethod<?> annotated) {
    Method method = annotated.getJavaMember();
    return isSeen(method)
        && !annotated.isAnnotationPresent(Secured.class)
        && Jsr250.of(type, method).isPresent();
  }

  /** By an interceptor. */
  private static boolean isSeen(Method method) {
    return !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers());
  }

  /** Its members mean nothing: what is asked is found by the class itself. */
  private static final class SecuredLiteral extends AnnotationLiteral<Secured> implements Secured {
    private static final long serialVersionUID = 1L;

    @Override
    public String[] scopes() {
      return new String[0];
    }

    @Override
    public String[] roles() {
      return new String[0];
    }

    @Override
    public CredentialKind[] credentials() {
      return new CredentialKind[0];
    }
  }

  private static final class AuditedLiteral extends AnnotationLiteral<Audited> implements Audited {
    private static final long serialVersionUID = 1L;

    @Override
    public String value() {
      return "";
    }
  }
}
