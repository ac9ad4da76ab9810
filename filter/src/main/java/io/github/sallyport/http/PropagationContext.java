package io.github.sallyport.http;

import java.util.Map;
import org.eclipse.microprofile.context.spi.ThreadContextProvider;
import org.eclipse.microprofile.context.spi.ThreadContextSnapshot;

/**
 * Has the tasks of MicroProfile Context Propagation's executors and completion stages work for
 * whoever submitted them (1.3). Found as a service; loaded only where that is.
 */
public final class PropagationContext implements ThreadContextProvider {

  /** Made by the container. */
  public PropagationContext() {}

  @Override
  public ThreadContextSnapshot currentContext(Map<String, String> properties) {
    return snapshot(WorkingFor.current());
  }

  @Override
  public ThreadContextSnapshot clearedContext(Map<String, String> properties) {
    return snapshot(WorkingFor.NOBODY);
  }

  @Override
  public String getThreadContextType() {
    return WorkingFor.CONTEXT_TYPE;
  }

  private static ThreadContextSnapshot snapshot(WorkingFor whom) {
    return () -> whom.enter()::close;
  }
}
