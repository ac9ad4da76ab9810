package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How much all keys together were used, for administrators. */
public final class StatsServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;

  private final transient UsageReader usage;
  private final transient AdminSettings admin;

  /**
   * @param usage what was counted
   * @param admin who may know
   */
  public StatsServlet(UsageReader usage, AdminSettings admin) {
    this.usage = usage;
    this.admin = admin;
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(admin.scope());
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
    usage.answer(request, response);
  }
}
