package io.github.sallyport.cache;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in a map of Hazelcast's, changed by compare-and-set: names are text and numbers are an
 * array of the JDK's, so that no class of ours reaches another member, and one without us may own
 * them. The time is the cluster's: each member knows how far its clock is from the oldest one's.
 */
final class HazelcastNumbers implements SharedNumbers {
  static final String MAP = "sallyport.limits";

  private static final long[] SOMETHING_ELSE = {};

  private final HazelcastInstance instance;
  private final IMap<String, Object> map;

  HazelcastNumbers(HazelcastInstance instance) {
    this.instance = instance;
    this.map = instance.getMap(MAP);
  }

  @Override
  public long @Nullable [] read(String name) {
    Object there = map.get(name);
    if (there == null) return null;
    return there instanceof long[] numbers ? numbers : SOMETHING_ELSE;
  }

  @Override
  public boolean replace(String name, long @Nullable [] before, long[] after, Duration life) {
    long seconds = life.toSeconds() + 1;
    if (before == null) return map.putIfAbsent(name, after, seconds, TimeUnit.SECONDS) == null;
    if (before.length == 0) {
      map.set(name, after, seconds, TimeUnit.SECONDS);
      return true;
    }
    if (!map.replace(name, before, after)) return false;
    map.setTtl(name, seconds, TimeUnit.SECONDS); // what is replaced would stay for ever
    return true;
  }

  @Override
  public long millis() {
    return instance.getCluster().getClusterTime();
  }
}
