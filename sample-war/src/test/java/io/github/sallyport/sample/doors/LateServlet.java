package io.github.sallyport.sample.doors;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Never answers; when its time is out, another path does. */
@WebServlet(urlPatterns = "/late", asyncSupported = true)
public class LateServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int TIMEOUT_MILLIS = 50;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) {
    AsyncContext async = request.startAsync();
    async.setTimeout(TIMEOUT_MILLIS);
    async.addListener(new Elsewhere());
  }

  /** Asks the path that the caller of this request would be told by. */
  private static final class Elsewhere implements AsyncListener {
    @Override
    public void onTimeout(AsyncEvent event) {
      event.getAsyncContext().dispatch("/echo");
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
