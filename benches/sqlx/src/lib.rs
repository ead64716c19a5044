//! Nothing: what its manifest asks for is what is counted.
