"""The search as tools for chatbots: LangChain and the Model Context Protocol."""
