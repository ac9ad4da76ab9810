package io.github.sallyport.limit;

/** The library of the rate limits, which an application need not have. */
public final class Bucket4j {
  /** What has to be added where it is missing. */
  public static final String COORDINATES = "com.bucket4j:bucket4j_jdk17-core";

  private Bucket4j() {}

  /** Tells whether it is there. */
  public static boolean isIn(ClassLoader application) {
    try {
      Class.forName("io.github.bucket4j.Bucket", false, application);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
