"""Views that Streamlit does not have."""
