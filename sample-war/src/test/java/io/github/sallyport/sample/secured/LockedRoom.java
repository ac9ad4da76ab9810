package io.github.sallyport.sample.secured;

/** Nothing but its stereotype secures it. */
@Locked
public class LockedRoom {
  public String open() {
    return "opened";
  }
}
