package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.RefusedException;
import io.github.sallyport.access.AccessPolicy;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Stereotype;
import jakarta.enterprise.inject.Typed;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What {@link OpenWebBeansTest} runs where OpenWebBeans is; each line tells how a call ended. */
public final class OpenWebBeansCalls implements Callable<List<String>> {
  private static final String PROPERTY = "sallyport.cdi.jsr250";

  /** Counts. */
  @ApplicationScoped
  public static class OwnsOrder implements AccessPolicy {
    static int asked;

    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      asked++;
      return caller.getName().equals(arguments.get(0));
    }
  }

  /** On an interface. */
  public interface Api {
    @Secured(roles = "admin")
    String ofInterface();
  }

  /** On methods. */
  @ApplicationScoped
  @Typed(Orders.class)
  public static class Orders implements Api {
    @Secured(roles = "admin")
    public String itself() {
      return "done";
    }

    @Override
    public String ofInterface() {
      return "done";
    }

    @Secured
    @Guarded(OwnsOrder.class)
    public String guarded(String owner) {
      return "done";
    }

    @Fresh("PT5M")
    public String fresh() {
      return "done";
    }

    @RolesAllowed("admin")
    public String jsr250() {
      return "done";
    }
  }

  /** Holds {@code @Secured}. */
  @Stereotype
  @ApplicationScoped
  @Secured(roles = "admin")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  public @interface Service {}

  /** On a stereotype. */
  @Service
  public static class Served {
    public String ofStereotype() {
      return "done";
    }
  }

  /** With interceptors that go where it goes. */
  @Dependent
  public static class Kept implements Serializable {
    private static final long serialVersionUID = 1L;

    @Secured(roles = "admin")
    public String read() {
      return "done";
    }
  }

  /** Not what anybody can have meant. */
  @ApplicationScoped
  public static class Bad {
    @Secured(scopes = "a b")
    public void asked() {}
  }

  /** Made by its class loader. */
  public OpenWebBeansCalls() {}

  @Override
  public List<String> call() throws Exception {
    List<String> lines = new ArrayList<>();
    Caller admin = Callers.user("alice", "admin");
    Caller anybody = Callers.user("bob");
    try (SeContainer container = start(OwnsOrder.class, Orders.class, Served.class, Kept.class)) {
      lines.add("by " + container.getClass().getPackageName());
      Orders orders = container.select(Orders.class).get();
      Served served = container.select(Served.class).get();
      lines.add(both("method", admin, anybody, orders::itself));
      lines.add(both("interface", admin, anybody, orders::ofInterface));
      lines.add(both("stereotype", admin, anybody, served::ofStereotype));
      Callable<String> guarded = () -> orders.guarded("alice");
      lines.add("guarded: alice " + as(admin, guarded) + ", bob " + as(anybody, guarded));
      lines.add("the policy was asked " + OwnsOrder.asked + " times");
      lines.add("fresh: key " + as(Callers.key(), orders::fresh));
      lines.add(both("jsr250", admin, anybody, orders::jsr250) + ", outside " + orders.jsr250());
      Kept kept = again(container.select(Kept.class).get());
      lines.add("passivated: anybody " + as(anybody, kept::read));
      Principal principal = container.select(Principal.class).get();
      lines.add("principal: " + as(admin, principal::getName));
    }
    try {
      start(Bad.class).close();
      lines.add("mistakes are not reported");
    } catch (RuntimeException e) {
      // The report itself is in the log there.
      StringBuilder said = new StringBuilder();
      for (Throwable cause = e; cause != null; cause = cause.getCause()) said.append(cause);
      lines.add(
          said.indexOf("added by AfterBeanDiscovery") < 0
              ? said.toString()
              : "mistakes stop the start");
    }
    return lines;
  }

  private static SeContainer start(Class<?>... beans) {
    System.setProperty(PROPERTY, "true");
    try {
      return SeContainerInitializer.newInstance()
          .disableDiscovery()
          .addExtensions(new SallyportExtension())
          .addBeanClasses(beans)
          .initialize();
    } finally {
      System.clearProperty(PROPERTY);
    }
  }

  private static String both(String what, Caller admin, Caller anybody, Callable<String> call)
      throws Exception {
    return what + ": admin " + as(admin, call) + ", anybody " + as(anybody, call);
  }

  private static String as(Caller caller, Callable<String> call) throws Exception {
    try {
      return Callers.as(caller, call);
    } catch (RefusedException e) {
      return e.refused().refusal().code();
    }
  }

  private static Kept again(Kept kept) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(kept);
    }
    try (ObjectInputStream objects =
        new HereInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      return (Kept) objects.readObject();
    }
  }

  /** Finds a container's derived classes. */
  private static final class HereInputStream extends ObjectInputStream {
    HereInputStream(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described) throws ClassNotFoundException {
      return Class.forName(
          described.getName(), false, Thread.currentThread().getContextClassLoader());
    }
  }
}
