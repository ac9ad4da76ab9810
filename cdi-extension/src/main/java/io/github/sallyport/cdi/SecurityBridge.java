package io.github.sallyport.cdi;

import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;

/**
 * Joins Jakarta Security: our mechanism where an implementation runs, a {@code SecurityContext} of
 * ours where none does, nothing where not even the API is there.
 */
interface SecurityBridge {

  /** Adds what takes the container's caller along to methods that run later. */
  void addInterceptors(BeforeBeanDiscovery event);

  /** Has that stand before a session bean which has such methods. */
  void bind(ProcessAnnotatedType<?> event);

  /**
   * Looks at a type.
   *
   * @param discovered whether it was found in the application; else an extension added it
   */
  void look(AnnotatedType<?> type, boolean discovered);

  /** Adds our mechanism, where an implementation hears of it now or never. */
  void addMechanism(BeforeBeanDiscovery event);

  /** Adds our mechanism, if an implementation was seen and the deployer wants it. */
  void addMechanism(AfterTypeDiscovery event);

  /** Adds our security context, if no implementation was seen. */
  void addSecurityContext(AfterBeanDiscovery event);

  /** Whether no implementation was seen, which would make a bean of the container's principal. */
  boolean leavesPrincipalFree();

  /** The bridge for what is on the class path. */
  static SecurityBridge find() {
    try {
      Class.forName(
          "jakarta.security.enterprise.SecurityContext",
          false,
          SecurityBridge.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return new Absent();
    }
    return new JakartaSecurity();
  }

  /** Without the API nobody can ask for it. */
  final class Absent implements SecurityBridge {
    @Override
    public void addInterceptors(BeforeBeanDiscovery event) {}

    @Override
    public void bind(ProcessAnnotatedType<?> event) {}

    @Override
    public void look(AnnotatedType<?> type, boolean discovered) {}

    @Override
    public void addMechanism(BeforeBeanDiscovery event) {}

    @Override
    public void addMechanism(AfterTypeDiscovery event) {}

    @Override
    public void addSecurityContext(AfterBeanDiscovery event) {}

    @Override
    public boolean leavesPrincipalFree() {
      return true;
    }
  }
}
