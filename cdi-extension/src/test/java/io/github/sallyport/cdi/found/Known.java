package io.github.sallyport.cdi.found;

import io.github.sallyport.cdi.Secured;

/** CDI knows it. */
public class Known {
  /** Is secured. */
  @Secured
  public void open() {}
}
