/** What the tests of every room use. */
@org.jspecify.annotations.NullMarked
package io.github.sallyport.testing;
