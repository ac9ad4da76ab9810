package io.github.sallyport.sample.doors;

import jakarta.servlet.annotation.WebServlet;

/** Each of its methods has a rule of its own, or none. */
@WebServlet("/ship")
public class ShipServlet extends ShutServlet {
  private static final long serialVersionUID = 1L;
}
